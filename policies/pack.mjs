import { createPack } from "./create-pack.ts";
import { exemptions } from "./exemptions.ts";

createPack("synapse-d", { exemptions, today: new Date().toISOString().slice(0, 10) });
