import { describe, expect, test } from "@jest/globals";
import * as v from "valibot";
import { resourceHandler, textOutput } from "../../../local/resources/resource-handler.ts";

const refusedByService = new Error("the service refuses");
const handler = resourceHandler({
  type: "aws:test/shelf:Shelf",
  inputs: v.strictObject({ room: v.string(), books: v.array(v.string()), broken: v.optional(v.boolean()) }),
  replacedBy: ["room", "books"],
  create: ({ broken, ...outputs }, name) => {
    if (broken) throw refusedByService;
    return { id: name, outputs };
  },
  read: ({ id }) => (id === "lost" ? undefined : { books: ["one", "added"] }),
  update: (_, { broken, ...outputs }, name) => {
    if (broken) throw refusedByService;
    return { id: name, outputs };
  },
  delete: () => {},
});
const request = (inputs: Record<string, unknown>) => ({
  type: handler.type,
  name: "tall",
  inputs: { room: "study", books: ["one"], ...inputs },
});

describe("a handler", () => {
  test.each([
    [{ color: "red" }, 'aws:test/shelf:Shelf "tall": input color is not supported by the local cloud'],
    [{ books: [1] }, 'aws:test/shelf:Shelf "tall": input books.0 is not supported by the local cloud'],
    [{ broken: true }, 'aws:test/shelf:Shelf "tall": the service refuses'],
  ])("refuses %j by resource and input, to create and to update", async (inputs, message) => {
    const existing = await handler.create(request({}));
    await expect(handler.create(request(inputs))).rejects.toThrow(message);
    await expect(handler.update(existing, request(inputs))).rejects.toThrow(message);
  });

  test("keeps the service's own error as the cause", async () => {
    await expect(handler.create(request({ broken: true }))).rejects.toMatchObject({
      cause: refusedByService,
    });
  });

  test.each([
    [{ room: "attic" }, "room"],
    [{ books: ["one", "two"] }, "books"],
  ])("refuses a change to %j, which AWS makes by a replacement", async (inputs, output) => {
    const existing = await handler.create(request({}));
    await expect(handler.update(existing, request(inputs))).rejects.toThrow(
      `aws:test/shelf:Shelf "tall": ${output} cannot change: the resource must be replaced`,
    );
    expect(await handler.update(existing, request({}))).toEqual(existing);
  });
});

test("says every input that it would refuse, by its path", () => {
  expect(handler.check({ room: "study", books: [1, "two", 3], color: "red" })).toEqual([
    { path: ["books", 0], message: expect.stringContaining("Expected string") },
    { path: ["books", 2], message: expect.stringContaining("Expected string") },
    { path: ["color"], message: expect.stringContaining("Expected never") },
  ]);
  expect(handler.check({ room: "study", books: [] })).toEqual([]);
});

test("reads what the service knows now over what was known", async () => {
  const outputs = { room: "study", books: ["one"] };
  expect(await handler.read({ id: "tall", outputs })).toEqual({
    id: "tall",
    outputs: { room: "study", books: ["one", "added"] },
  });
  expect(await handler.read({ id: "lost", outputs })).toBeUndefined();
});

test("an output that is not text is not read as text", () => {
  const existing = { id: "tall", outputs: { room: "study", books: [] } };
  expect(textOutput(existing, "room")).toBe("study");
  expect(() => textOutput(existing, "books")).toThrow('the resource tall has no output "books"');
  expect(() => textOutput(existing, "door")).toThrow('the resource tall has no output "door"');
});
