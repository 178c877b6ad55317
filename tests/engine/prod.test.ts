import { describe } from "@jest/globals";
import { wholeStack } from "./whole-stack.ts";

describe("the stack prod", () => wholeStack("prod"));
