import { SourceMap } from "node:module";
import { posix } from "node:path";
import ts from "typescript";
import { reachableCode } from "./reachable-code.ts";
import { memberOf, Values } from "./values.ts";

/** A call of AWS that a bundle may make. */
export interface AwsCall {
  /** The service and its operation, `dynamodb GetItem`; `@connections POST` without a command. */
  readonly operation: string;
  /** The environment variables that may name its table or queue; undefined when it has no such parameter. */
  readonly variables: readonly string[] | undefined;
  /** The index that a Query names. */
  readonly index: string | undefined;
  /** `functions/signaling/peers.ts:109`. */
  readonly source: string;
}

export interface BundleReading {
  readonly calls: readonly AwsCall[];
  /** Uses of AWS that are not understood, each with its place. There must be none. */
  readonly riddles: readonly string[];
}

interface Place {
  readonly file: string;
  readonly line: number;
}

/** Where the client, the commands and the errors of a service are. */
const serviceFile = /^functions\/shared\/aws\/(dynamodb|secrets-manager|sqs)\.ts$/;
/** What sends any request. Only services, and what is read as a request to `@connections`, may use it. */
const senderFile = /^functions\/shared\/aws\/(signed-http|aws-json-client)\.ts$/;
const maySend = /^functions\/(shared\/aws\/[\w-]+|signaling\/manage-connection)\.ts$/;

/** The parts of a transaction, each of which needs the permission of its own operation. */
const transacted: Readonly<Record<string, string>> = {
  Get: "GetItem",
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
};

/**
 * Reads a bundle as it is deployed: which commands to AWS its handler may construct, for which table or queue,
 * and where in the source. `sourceMap` is the bundle's, as seen from `folder`. The operations of a transaction are
 * those of its items
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html).
 */
export function awsCalls(code: string, sourceMap: string, folder: string): BundleReading {
  const placeOf = placesIn(code, sourceMap, folder);
  const reachable = reachableCode(code, (node) => placeOf(node).file.startsWith("functions/"));
  const values = new Values(reachable);
  const riddles: string[] = [];
  const sourceOf = (node: ts.Node) => Object.values(placeOf(node)).join(":");
  const fileOf = (name: ts.Identifier) => {
    const declared = reachable.declarationOf(name);
    return declared ? placeOf(declared).file : "";
  };

  /** The calls that a command makes, of which the parameters are given. */
  const callsOf = (service: string, command: string, made: ts.NewExpression): AwsCall[] => {
    const source = sourceOf(made.expression);
    const isTransaction = command.startsWith("Transact");
    const requests = isTransaction
      ? reachable.nodes.flatMap((node) =>
          placeOf(node).file === placeOf(made).file ? transactedBy(node, values) : [],
        )
      : values.objectsOf(made.arguments?.[0]).map((request) => [command, request] as const);
    if (requests.length === 0) riddles.push(`${source} ${command}Command of what is not written out`);
    return requests.map(([operation, request]) => {
      const target = memberOf(request, "TableName") ?? memberOf(request, "QueueUrl");
      const index = memberOf(request, "IndexName");
      return {
        operation: `${service} ${operation}`,
        variables: target && values.variablesOf(target),
        index: index && values.textOf(index),
        source,
      };
    });
  };

  const calls = reachable.nodes.flatMap((node): AwsCall[] => {
    if (ts.isObjectLiteralExpression(node)) {
      const method = connectionsMethod(node, values);
      const operation = `@connections ${method}`;
      return method ? [{ operation, variables: undefined, index: undefined, source: sourceOf(node) }] : [];
    }
    if (!ts.isIdentifier(node)) return [];
    const file = fileOf(node);
    const made = ts.isNewExpression(node.parent) && node.parent.expression === node ? node.parent : undefined;
    const [, service] = serviceFile.exec(file) ?? [];
    const command = service && operationOf(reachable.declarationOf(node));
    if (command && made) return callsOf(service, command, made);
    const isSender = senderFile.test(file) && !maySend.test(placeOf(node).file);
    if (file.includes("@aws-sdk/client-") || isSender || (command && !isDeclared(node))) {
      riddles.push(`${sourceOf(node)} ${posix.basename(file)}`);
    }
    return [];
  });
  return { calls, riddles };
}

/** What the class of a command says: `operation = "GetItem"`. */
function operationOf(declared: ts.Declaration | undefined): string | undefined {
  const made = declared && (ts.isVariableDeclaration(declared) ? declared.initializer : declared);
  if (!made || !ts.isClassLike(made)) return undefined;
  const [operation] = made.members.flatMap((member) =>
    ts.isPropertyDeclaration(member) && member.name.getText() === "operation"
      ? (member.initializer ?? [])
      : [],
  );
  return operation && ts.isStringLiteralLike(operation) ? operation.text : undefined;
}

const isDeclared = (name: ts.Identifier): boolean =>
  (ts.isVariableDeclaration(name.parent) || ts.isClassLike(name.parent)) && name.parent.name === name;

/** The operation of one item of a transaction, and its parameters. */
function transactedBy(node: ts.Node, values: Values): (readonly [string, ts.ObjectLiteralExpression])[] {
  if (!ts.isObjectLiteralExpression(node)) return [];
  return Object.entries(transacted).flatMap(([kind, operation]) => {
    const item = memberOf(node, kind);
    return values.objectsOf(item).map((request) => [operation, request] as const);
  });
}

/** The method of a request to API Gateway's `@connections` that is signed without a command. */
function connectionsMethod(request: ts.ObjectLiteralExpression, values: Values): string | undefined {
  const [path, method] = [memberOf(request, "path"), memberOf(request, "method")];
  return path?.getText().includes("/@connections/") && method ? values.textOf(method) : undefined;
}

/** Where in the sources a node of the bundle comes from, as paths of this repository. */
function placesIn(code: string, sourceMap: string, folder: string): (node: ts.Node) => Place {
  const map = new SourceMap(JSON.parse(sourceMap));
  const starts = [0, ...[...code.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (node) => {
    const position = node.getStart();
    const line = starts.findLastIndex((start) => start <= position);
    const found = map.findEntry(line, position - (starts[line] ?? 0));
    if (!("originalSource" in found)) return { file: "", line: 0 };
    return { file: posix.join(folder, found.originalSource), line: found.originalLine + 1 };
  };
}
