import { SourceMap } from "node:module";
import { posix } from "node:path";
import ts from "typescript";
import { type ReachableCode, reachableCode } from "./reachable-code.ts";

/** A call of AWS that a bundle may make. */
export interface AwsCall {
  /** The SDK's package and operation, `client-dynamodb GetItem`. */
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
  /** Uses of the AWS SDK that are not understood, each with its place. There must be none. */
  readonly riddles: readonly string[];
}

interface Place {
  readonly file: string;
  readonly line: number;
}

const commandFile = /@aws-sdk\/(client-[\w-]+)\/.*\/commands\/(\w+)Command\.js$/;
const clientFile = /@aws-sdk\/client-[\w-]+\/.*\/\w+Client\.js$/;
/** What `instanceof` asks about. */
const errorsFile = /@aws-sdk\/client-[\w-]+\/.*\/models\/errors\.js$/;
/** A request that is signed by itself, without a client. */
const requestFile = /@smithy\/core\/.*\/httpRequest\.js$/;
const isVariable = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** The parts of a transaction, each of which needs the permission of its own operation. */
const transacted: Readonly<Record<string, string>> = {
  Get: "GetItem",
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
};

/**
 * Reads a bundle as it is deployed: which commands of the AWS SDK its handler may construct, for which table or queue,
 * and where in the source. `sourceMap` is the bundle's, as seen from `folder`. The operations of a transaction are
 * those of its items
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html).
 */
export function awsCalls(code: string, sourceMap: string, folder: string): BundleReading {
  const placeOf = placesIn(code, sourceMap, folder);
  const reachable = reachableCode(code, (node) => placeOf(node).file.startsWith("functions/"));
  const values = valuesIn(reachable);
  const riddles: string[] = [];
  const calls = reachable.nodes.flatMap((node): AwsCall[] => {
    if (!ts.isIdentifier(node)) return [];
    const declared = reachable.declarationOf(node);
    const { file } = declared ? placeOf(declared) : { file: "" };
    const made = ts.isNewExpression(node.parent) && node.parent.expression === node ? node.parent : undefined;
    const { file: user, line } = placeOf(node);
    const source = `${user}:${line}`;
    if (made && requestFile.test(file)) {
      const operation = connectionCall(made.arguments?.[0]);
      return operation === undefined ? [] : [{ operation, variables: undefined, index: undefined, source }];
    }
    if (!file.includes("@aws-sdk/client-")) return [];
    const [, client, command] = commandFile.exec(file) ?? [];
    const parameters = made?.arguments?.[0];
    if (client && command && parameters) {
      const requests = command.startsWith("Transact")
        ? itemsOf(parameters)
        : ts.isObjectLiteralExpression(parameters)
          ? [[command, parameters] as const]
          : [];
      if (requests.length === 0) riddles.push(`${source} ${command}Command of what is not written out`);
      return requests.map(([operation, request]) => {
        const target = memberOf(request, "TableName") ?? memberOf(request, "QueueUrl");
        const index = memberOf(request, "IndexName");
        return {
          operation: `${client} ${operation}`,
          variables: target && values.variablesOf(target),
          index: index && values.textOf(index),
          source,
        };
      });
    }
    if (!(made && clientFile.test(file)) && !errorsFile.test(file)) {
      riddles.push(`${source} ${posix.basename(file)}`);
    }
    return [];
  });
  return { calls, riddles };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html */
const operationsByMethod: Readonly<Record<string, string>> = {
  POST: "PostToConnection",
  DELETE: "DeleteConnection",
};

/** The operation of a request to `@connections` that is written out. Undefined for one that repeats another. */
function connectionCall(request: ts.Node | undefined): string | undefined {
  if (!request || !ts.isObjectLiteralExpression(request)) return undefined;
  const operation = operationsByMethod[textIn(memberOf(request, "method")) ?? ""];
  const isToConnections = memberOf(request, "path")?.getText().includes("/@connections/");
  return `client-apigatewaymanagementapi ${isToConnections ? (operation ?? "unknown") : "unknown"}`;
}

const textIn = (value: ts.Expression | undefined): string | undefined =>
  value && ts.isStringLiteralLike(value) ? value.text : undefined;

/** The items of a transaction that are written out anywhere in its parameters. */
function itemsOf(parameters: ts.Node): (readonly [operation: string, item: ts.ObjectLiteralExpression])[] {
  const operation = ts.isPropertyAssignment(parameters) && transacted[parameters.name.getText()];
  if (operation && ts.isObjectLiteralExpression(parameters.initializer))
    return [[operation, parameters.initializer]];
  const found: (readonly [string, ts.ObjectLiteralExpression])[] = [];
  ts.forEachChild(parameters, (child) => void found.push(...itemsOf(child)));
  return found;
}

/** The value that an object gives a property. */
function memberOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  for (const property of object.properties) {
    if (ts.isShorthandPropertyAssignment(property) && property.name.text === name) return property.name;
    if (ts.isPropertyAssignment(property) && property.name.getText() === name) return property.initializer;
  }
  return undefined;
}

/** Follows names back to where their values come from, through parameters to those who call. */
function valuesIn({ declarationOf, callsOf }: ReachableCode) {
  const variablesOf = (value: ts.Expression, seen: readonly ts.Node[] = []): readonly string[] => {
    if (ts.isPropertyAccessExpression(value) && isVariable.test(value.name.text)) return [value.name.text];
    if (ts.isBinaryExpression(value) || ts.isConditionalExpression(value)) {
      const parts = ts.isBinaryExpression(value)
        ? [value.left, value.right]
        : [value.whenTrue, value.whenFalse];
      return parts.flatMap((part) => variablesOf(part, seen));
    }
    const declared = ts.isIdentifier(value) ? declarationOf(value) : undefined;
    if (!declared || seen.includes(declared)) return [];
    const follow = (next: ts.Expression) => variablesOf(next, [...seen, declared]);
    if (ts.isVariableDeclaration(declared)) return declared.initializer ? follow(declared.initializer) : [];
    if (ts.isBindingElement(declared)) {
      const name = (declared.propertyName ?? declared.name).getText();
      return isVariable.test(name) ? [name] : [];
    }
    if (!ts.isParameter(declared)) return [];
    const position = declared.parent.parameters.indexOf(declared);
    const given = callsOf(declared.parent).flatMap((call) => call.arguments[position] ?? []);
    return [...new Set(given.flatMap(follow))];
  };
  const textOf = (value: ts.Expression): string | undefined => {
    if (ts.isStringLiteralLike(value)) return value.text;
    const declared = ts.isIdentifier(value) ? declarationOf(value) : undefined;
    if (!declared || !ts.isVariableDeclaration(declared) || !declared.initializer) return undefined;
    return textOf(declared.initializer);
  };
  return { variablesOf, textOf };
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
