/** Run as a process of its own by browser.ts: unpacks the Chromium of the npm package into TMPDIR, prints where it is. */
import { writeSync } from "node:fs";

// The package reads its environment when it is imported: its own libraries come out only on what it takes for Lambda.
process.env["AWS_EXECUTION_ENV"] = "AWS_Lambda_nodejs22.x";
const { default: chromium } = await import("@sparticuz/chromium");
const executablePath = await chromium.executablePath();
writeSync(1, JSON.stringify({ executablePath }));
