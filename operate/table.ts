// `npm run table`: where the rows of a stack are, out of it, and into another.
import { runCommand } from "./run-command.ts";
import { table } from "./table/table.ts";

await runCommand("table", table);
