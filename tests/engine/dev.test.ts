import { describe } from "@jest/globals";
import { wholeStack } from "./whole-stack.ts";

describe("the stack dev", () => wholeStack("dev"));
