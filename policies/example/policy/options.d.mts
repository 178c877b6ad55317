import type { JudgeOptions } from "synapse-d-policies";

export const options: Omit<JudgeOptions, "today">;
