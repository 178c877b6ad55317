import { createPack } from "synapse-d-policies/create-pack";
import { options } from "./options.mjs";

createPack("orders", { ...options, today: new Date().toISOString().slice(0, 10) });
