// `npm run replay`: one of Stripe's events once more, as if its webhook had come now.
import { replay } from "./replay/replay.ts";
import { runCommand } from "./run-command.ts";

await runCommand("replay", replay);
