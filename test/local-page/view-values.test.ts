/** From form fields to Slack's view state, and to the value of one act. */
import { expect, test } from "vitest";
import { fieldName } from "#src/local/page/elements/names.ts";
import { readActionValue, readViewValues, zonedSeconds, type Field } from "#src/local/page/view-values.ts";
import { sampleBlocks } from "./sample-blocks.ts";

const inputs = sampleBlocks.filter((block) => block["type"] === "input");
const field = (name: string, value: string, words = ""): Field => [fieldName(name, name), value, words];

test("each input becomes what Slack sends for its type; empty ones are null or empty", () => {
  const values = readViewValues(
    inputs,
    [
      field("name", "Spring"),
      field("level", "b"),
      field("many", "a"),
      field("many", "b"),
      field("day", "2026-11-15"),
      field("person", "U0ANA"),
    ],
    "Europe/Berlin",
  );
  const option = (value: string) => ({ text: { type: "plain_text", text: value.toUpperCase() }, value });
  expect(values).toEqual({
    name: { name: { type: "plain_text_input", value: "Spring" } },
    note: { note: { type: "plain_text_input", value: null } },
    level: { level: { type: "static_select", selected_option: option("b") } },
    grouped: { grouped: { type: "static_select", selected_option: null } },
    many: { many: { type: "multi_static_select", selected_options: [option("a"), option("b")] } },
    checks: { checks: { type: "checkboxes", selected_options: [] } },
    radio: { radio: { type: "radio_buttons", selected_option: null } },
    day: { day: { type: "datepicker", selected_date: "2026-11-15" } },
    person: { person: { type: "users_select", selected_user: "U0ANA" } },
  });
});

test("an option that only the app knows keeps the words it was shown with", () => {
  const blocks = [{ type: "input", block_id: "x y/z", element: { type: "external_select", action_id: "a" } }];
  const values = readViewValues(blocks, [[fieldName("x y/z", "a"), "v1", "Acme DE"]], "Etc/UTC");
  expect(values["x y/z"]?.["a"]?.["selected_option"]).toEqual({
    text: { type: "plain_text", text: "Acme DE", emoji: true },
    value: "v1",
  });
});

test("a local day and time is an instant in the person's zone, on the nights when clocks change too", () => {
  expect(zonedSeconds("2026-11-15T09:30", "Europe/Berlin")).toBe(Date.parse("2026-11-15T08:30:00Z") / 1000);
  expect(zonedSeconds("2026-07-01T09:30", "America/New_York")).toBe(Date.parse("2026-07-01T13:30:00Z") / 1000);
  expect(zonedSeconds("2026-10-25T03:30", "Europe/Berlin")).toBe(Date.parse("2026-10-25T02:30:00Z") / 1000);
  expect(zonedSeconds("nonsense", "Etc/UTC")).toBeNull();
});

test("one act carries a list where several may be chosen, else one value, else nothing", () => {
  expect(readActionValue({ type: "multi_static_select" }, ["a", "b"], "Etc/UTC")).toEqual(["a", "b"]);
  expect(readActionValue({ type: "checkboxes" }, [], "Etc/UTC")).toEqual([]);
  expect(readActionValue({ type: "static_select" }, ["a"], "Etc/UTC")).toBe("a");
  expect(readActionValue({ type: "static_select" }, [""], "Etc/UTC")).toBeNull();
  expect(readActionValue(undefined, ["x"], "Etc/UTC")).toBe("x");
});
