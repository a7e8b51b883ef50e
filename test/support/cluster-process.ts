/** A process that holds one cluster with the template until its input ends; its first line is the connection, as JSON. */
import { makeTemplate } from "./template.ts";

const cluster = await makeTemplate();
process.stdout.write(`${JSON.stringify(cluster.connection)}\n`);
process.stdin.resume();
process.stdin.on("end", () => void cluster.close().then(() => process.exit(0)));
