/** Blocks and elements of a given size, for tests that go up to a limit and one over it. */

export const plain = (text: string) => ({ type: "plain_text", text });
export const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
export const x = (length: number) => "x".repeat(length);
export const times = <Item>(count: number, make: (n: number) => Item): Item[] =>
  Array.from({ length: count }, (_none, n) => make(n));
export const image = (more: object = {}) => ({
  type: "image",
  image_url: "https://a.example/i.png",
  alt_text: "i",
  ...more,
});
export const url = (length: number) => `https://a.example/${x(length - 18)}`;
export const section = (more: object) => ({ type: "section", text: mrkdwn("x"), ...more });
export const options = (count: number) => times(count, (n) => ({ text: plain(`${n}`), value: `${n}` }));
export const element = (more: object) => ({ type: "actions", elements: [more] });
export const button = (more: object) => element({ type: "button", text: plain("Go"), ...more });
export const select = (more: object) => element({ type: "static_select", options: options(1), ...more });
export const input = (more: object) => ({
  type: "input",
  label: plain("x"),
  element: { type: "plain_text_input" },
  ...more,
});
export const field = (more: object) => input({ element: { type: "plain_text_input", ...more } });
export const card = (more: object) => ({ type: "card", title: mrkdwn("x"), ...more });
export const container = (more: object) => ({
  type: "container",
  title: plain("x"),
  child_blocks: [{ type: "divider" }],
  ...more,
});
export const contextActions = (count: number) => ({
  type: "context_actions",
  elements: times(count, () => ({ type: "icon_button", icon: "trash", text: plain("x") })),
});
export const icon = (more: object) => ({
  type: "context_actions",
  elements: [{ type: "icon_button", icon: "trash", text: plain("x"), ...more }],
});
export const feedback = (text: string, value: string) => ({
  type: "context_actions",
  elements: [
    {
      type: "feedback_buttons",
      positive_button: { text: plain(text), value },
      negative_button: { text: plain("x"), value: "x" },
    },
  ],
});
export const video = (more: object) => ({
  type: "video",
  video_url: "https://a.example/v",
  thumbnail_url: "https://a.example/t",
  alt_text: "x",
  title: plain("x"),
  ...more,
});
const chart = (more: object) => ({ type: "data_visualization", title: "x", chart: more });
export const pie = (count: number, label = 1) =>
  chart({ type: "pie", segments: times(count, (n) => ({ label: `${n}`.padEnd(label, "x"), value: 1 })) });
export const bars = (series: number, categories: number) => {
  const labels = times(categories, String);
  const data = labels.map((label) => ({ label, value: 1 }));
  return chart({
    type: "bar",
    series: times(series, (n) => ({ name: `${n}`, data })),
    axis_config: { categories: labels },
  });
};
export const cell = (text: string) => ({ type: "raw_text", text });
export const dataTable = (rows: number, more: object = {}) => ({
  type: "data_table",
  caption: "x",
  rows: times(rows, () => [cell("x")]),
  ...more,
});
