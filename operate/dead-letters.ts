// `npm run dead-letters`: lists, shows and redrives what workers could not finish.
import { deadLetters } from "./dead-letters/dead-letters.ts";
import { runCommand } from "./run-command.ts";

await runCommand("dead-letters", deadLetters);
