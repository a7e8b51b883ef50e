/** The plan and task_card blocks. */
import type { JsonObject } from "../shapes.ts";
import { checkHttpUrl, checkKeys, checkList, checkOneOf, checkString, expectObject } from "./findings.ts";
import type { Findings } from "./findings.ts";
import { checkRichText } from "./rich-text.ts";

export function checkTaskCard(block: JsonObject, at: string, found: Findings): void {
  checkKeys(block, at, found, {
    required: ["task_id", "title", "status"],
    optional: ["block_id", "details", "output", "sources"],
  });
  checkString(block["task_id"], `${at}/task_id`, found, { max: 255 });
  checkString(block["title"], `${at}/title`, found, {});
  checkOneOf(block["status"], `${at}/status`, found, ["pending", "in_progress", "complete", "error"]);
  checkRichText(block["details"], `${at}/details`, found);
  checkRichText(block["output"], `${at}/output`, found);
  for (const [index, item] of checkList(block["sources"], `${at}/sources`, found, { min: 0 }).entries()) {
    const here = `${at}/sources/${index}`;
    const source = expectObject(item, here, found);
    if (source === undefined) continue;
    checkKeys(source, here, found, { required: ["url", "text"] });
    checkOneOf(source["type"], `${here}/type`, found, ["url"]);
    checkHttpUrl(source["url"], `${here}/url`, found);
    checkString(source["text"], `${here}/text`, found, {});
  }
}

export function checkPlan(block: JsonObject, at: string, found: Findings): void {
  checkKeys(block, at, found, { required: ["title"], optional: ["block_id", "tasks"] });
  checkString(block["title"], `${at}/title`, found, {});
  for (const [index, item] of checkList(block["tasks"], `${at}/tasks`, found, { min: 0 }).entries()) {
    const here = `${at}/tasks/${index}`;
    const task = expectObject(item, here, found);
    if (task === undefined) continue;
    if (task["type"] === "task_card") checkTaskCard(task, here, found);
    else found.addUnsupported(here, task["type"], ["task_card"]);
  }
}
