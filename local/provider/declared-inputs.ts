import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";

/** What a value may be, as far as the type declarations say it. */
export type DeclaredType =
  | { readonly kind: "string" | "number" | "boolean" | "asset" | "archive" | "anything" }
  | { readonly kind: "list" | "map"; readonly of: DeclaredType }
  | { readonly kind: "object"; readonly members: () => DeclaredMembers }
  | { readonly kind: "either"; readonly of: readonly DeclaredType[] };

export type DeclaredMembers = ReadonlyMap<
  string,
  { readonly type: DeclaredType; readonly required: boolean }
>;

const folder = dirname(createRequire(import.meta.url).resolve("@pulumi/aws/package.json"));
const anything = { kind: "anything" } as const;
const ofResources = new Map<string, DeclaredMembers>();
const namespaces = new Map<string, ReadonlyMap<string, ts.InterfaceDeclaration>>();
let nestedTypes: string | undefined;

/**
 * The inputs of a resource type, such as `aws:sqs/queue:Queue`, read from the type declarations of the `@pulumi/aws`
 * that is installed. Throws when it declares no such type.
 */
export function declaredInputs(type: string): DeclaredMembers {
  const known = ofResources.get(type);
  if (known) return known;
  const [, path = "", name = ""] = type.split(":");
  const declared = interfacesOf(readFileSync(join(folder, `${path}.d.ts`), "utf8")).get(`${name}Args`);
  if (!declared) throw new Error(`@pulumi/aws declares no inputs of ${type}`);
  const members = membersOf(declared);
  ofResources.set(type, members);
  return members;
}

function interfacesOf(text: string): ReadonlyMap<string, ts.InterfaceDeclaration> {
  const source = ts.createSourceFile("declarations.d.ts", text, ts.ScriptTarget.Latest, true);
  const found = new Map<string, ts.InterfaceDeclaration>();
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node)) found.set(node.name.text, node);
    else if (ts.isModuleDeclaration(node) || ts.isModuleBlock(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return found;
}

/** Of `inputs.<namespace>`. The file has six megabytes, so only the part of one namespace is parsed. */
function nestedInterfaces(namespace: string): ReadonlyMap<string, ts.InterfaceDeclaration> {
  const known = namespaces.get(namespace);
  if (known) return known;
  nestedTypes ??= readFileSync(join(folder, "types", "input.d.ts"), "utf8");
  const begin = nestedTypes.indexOf(`\nexport declare namespace ${namespace} {`);
  const end = nestedTypes.indexOf("\nexport declare namespace ", begin + 1);
  const interfaces = interfacesOf(begin < 0 ? "" : nestedTypes.slice(begin, end < 0 ? undefined : end));
  namespaces.set(namespace, interfaces);
  return interfaces;
}

function membersOf(declared: ts.InterfaceDeclaration): DeclaredMembers {
  const members = declared.members.filter(ts.isPropertySignature).map((member) => {
    const name = ts.isStringLiteral(member.name) ? member.name.text : member.name.getText();
    return [name, { type: typeOf(member.type), required: member.questionToken === undefined }] as const;
  });
  return new Map(members);
}

const keywords = new Map<ts.SyntaxKind, DeclaredType>([
  [ts.SyntaxKind.StringKeyword, { kind: "string" }],
  [ts.SyntaxKind.NumberKeyword, { kind: "number" }],
  [ts.SyntaxKind.BooleanKeyword, { kind: "boolean" }],
]);

function typeOf(node: ts.TypeNode | undefined): DeclaredType {
  if (!node) return anything;
  if (ts.isArrayTypeNode(node)) return { kind: "list", of: typeOf(node.elementType) };
  if (ts.isParenthesizedTypeNode(node)) return typeOf(node.type);
  if (ts.isUnionTypeNode(node)) return unionOf(node);
  if (ts.isTypeLiteralNode(node)) {
    const index = node.members.find(ts.isIndexSignatureDeclaration);
    return index ? { kind: "map", of: typeOf(index.type) } : anything;
  }
  if (ts.isTypeReferenceNode(node)) return referenceOf(node);
  return keywords.get(node.kind) ?? anything;
}

/** A resource or an enum stands for the text that the program's side sends, so it adds nothing. */
function unionOf(node: ts.UnionTypeNode): DeclaredType {
  const of = node.types.map(typeOf).filter(({ kind }) => kind !== "anything");
  const [only] = of;
  if (!only) return anything;
  return of.length === 1 ? only : { kind: "either", of };
}

function referenceOf(node: ts.TypeReferenceNode): DeclaredType {
  const name = node.typeName.getText();
  if (name === "pulumi.Input") return typeOf(node.typeArguments?.[0]);
  if (name === "pulumi.asset.Archive") return { kind: "archive" };
  if (name === "pulumi.asset.Asset") return { kind: "asset" };
  const [root, namespace = "", ...rest] = name.split(".");
  if (root !== "inputs") return anything;
  const declared = nestedInterfaces(namespace).get(rest.at(-1) ?? "");
  if (!declared) return anything;
  let members: DeclaredMembers | undefined;
  return {
    kind: "object",
    // Types may contain themselves, so a type's members are read when they are first asked for.
    members: () => {
      members ??= membersOf(declared);
      return members;
    },
  };
}
