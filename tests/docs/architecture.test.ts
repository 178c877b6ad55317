import { beforeAll, expect, test } from "@jest/globals";
import type { ResourceRequest } from "../../local/resources/resource-handler.ts";
import { declaredProgram } from "./declared-program.ts";
import { allIn, tableUnder, textOf } from "./document.ts";

const document = "docs/architecture.md";
let program: readonly ResourceRequest[];
const namesOf = (type: string) =>
  program.filter((resource) => resource.type === type).map(({ name }) => name);

beforeAll(async () => {
  program = await declaredProgram();
}, 60_000);

interface Grant {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly "ForAllValues:StringEquals": Readonly<Record<string, readonly string[]>> };
}

test("who may touch what is every grant of every role, and nothing else", () => {
  const granted = program
    .filter(({ type, name }) => type === "aws:iam/rolePolicy:RolePolicy" && !name.endsWith("-logs"))
    // It concerns every table alike, and is said in a sentence.
    .filter(({ inputs }) => inputs.role !== "tables-backup")
    .flatMap(({ inputs }) => {
      const { Statement } = JSON.parse(String(inputs.policy)) as { Statement: readonly Grant[] };
      return Statement.flatMap(({ Action, Resource, Condition }) => {
        const only = Object.values(Condition?.["ForAllValues:StringEquals"] ?? {})
          .flat()
          .join(", ");
        const resources = Resource.map((arn) => arn.replace("arn:aws:any:us-east-1:111122223333:", ""));
        return Action.flatMap((action) =>
          resources.map((resource) => [String(inputs.role), action, resource, only]),
        );
      });
    });
  const documented = tableUnder(document, "Who may touch what").map((row) => row.join(" | ").trimEnd());
  expect(documented).toEqual(granted.map((row) => row.join(" | ").trimEnd()).sort());
});

interface Index {
  readonly name: string;
  readonly hashKey?: string;
  readonly rangeKey?: string;
  readonly nonKeyAttributes?: readonly string[];
}

interface Table {
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly ttl: { readonly attributeName: string };
  readonly localSecondaryIndexes?: readonly Index[];
  readonly globalSecondaryIndexes: readonly Index[];
}

test("the tables are those of the program, with keys, time to live and indexes", () => {
  const declared = program
    .filter(({ type }) => type === "aws:dynamodb/table:Table")
    .map(({ name, inputs }) => {
      const { hashKey, rangeKey, ttl, ...indexed } = inputs as unknown as Table;
      const { localSecondaryIndexes = [], globalSecondaryIndexes } = indexed;
      const words = (kind: string) => (index: Index) =>
        `${index.name}${kind}: ${[index.hashKey ?? hashKey, ...(index.rangeKey ? [index.rangeKey] : [])].join(", ")}` +
        (index.nonKeyAttributes ? `; carries ${index.nonKeyAttributes.join(", ")}` : "");
      const indexes = [
        ...localSecondaryIndexes.map(words(" (local)")),
        ...globalSecondaryIndexes.map(words("")),
      ];
      return [name, hashKey, rangeKey ?? "", ttl.attributeName, indexes.join(". ")];
    });
  const documented = tableUnder(document, "Tables").map((row) => [...row]);
  expect(documented.toSorted()).toEqual(declared.toSorted());
});

test("the diagram shows every function, table and queue, and no other function", () => {
  const [diagram = ""] = allIn(textOf(document), /```mermaid\n(flowchart[\s\S]*?)```/g);
  const functions = namesOf("aws:lambda/function:Function");
  const stores = allIn(diagram, /[[(]"([\w.-]+)"[\])]/g)
    .map((name) => name.replace(".fifo", ""))
    .sort();
  expect(allIn(diagram.replaceAll(/"[^"]*"/g, ""), /\b([A-Z][a-z]+[A-Z]\w+)\b/g)).toEqual(
    functions.toSorted(),
  );
  expect(stores).toEqual([...namesOf("aws:dynamodb/table:Table"), ...namesOf("aws:sqs/queue:Queue")].sort());
});

test("the sequence names deployed functions only", () => {
  const [sequence = ""] = allIn(textOf(document), /```mermaid\n(sequenceDiagram[\s\S]*?)```/g);
  const named = allIn(sequence, /F: ([A-Z]\w+)/g);
  expect(named).toEqual(["IssueProofHandler", "PeerConnectionHandler", "RelayServer", "SignalingAuthorizer"]);
  expect(namesOf("aws:lambda/function:Function")).toEqual(expect.arrayContaining(named));
});
