import ts from "typescript";
import { isLazy } from "./names-of-bundle.ts";
import type { ReachableCode } from "./reachable-code.ts";

const isVariable = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** The value that an object gives a property. */
export function memberOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  for (const property of object.properties) {
    if (ts.isShorthandPropertyAssignment(property) && property.name.text === name) return property.name;
    if (ts.isPropertyAssignment(property) && property.name.getText() === name) return property.initializer;
  }
  return undefined;
}

/** Follows expressions back to where their values come from: through names, what functions return, and who calls. */
export class Values {
  readonly #code: Pick<ReachableCode, "declarationOf" | "callsOf">;

  constructor(code: Pick<ReachableCode, "declarationOf" | "callsOf">) {
    this.#code = code;
  }

  /** The objects, as they are written out, that a value may be. */
  objectsOf(value: ts.Expression | undefined): ts.ObjectLiteralExpression[] {
    return this.#sources(value, []).filter(ts.isObjectLiteralExpression);
  }

  /** The environment variables that a value may be that of. */
  variablesOf(value: ts.Expression): readonly string[] {
    const names = this.#sources(value, []).map((source) => {
      if (ts.isPropertyAccessExpression(source)) return source.name.text;
      const bound = ts.isIdentifier(source) ? this.#code.declarationOf(source) : undefined;
      return bound && ts.isBindingElement(bound) ? (bound.propertyName ?? bound.name).getText() : "";
    });
    return [...new Set(names.filter((name) => isVariable.test(name)))];
  }

  textOf(value: ts.Expression): string | undefined {
    return this.#sources(value, []).find(ts.isStringLiteralLike)?.text;
  }

  #sources(value: ts.Expression | undefined, seen: readonly ts.Node[]): ts.Expression[] {
    if (!value || seen.includes(value)) return [];
    const follow = (next: ts.Expression | undefined) => this.#sources(next, [...seen, value]);
    if (ts.isParenthesizedExpression(value)) return follow(value.expression);
    if (ts.isBinaryExpression(value)) return [value.left, value.right].flatMap(follow);
    if (ts.isConditionalExpression(value)) return [value.whenTrue, value.whenFalse].flatMap(follow);
    if (ts.isPropertyAccessExpression(value) && !isVariable.test(value.name.text)) {
      const objects = this.#sources(value.expression, [...seen, value]).filter(ts.isObjectLiteralExpression);
      return objects.flatMap((object) => follow(memberOf(object, value.name.text)));
    }
    if (ts.isCallExpression(value)) return returnedBy(this.#called(value)).flatMap(follow);
    if (!ts.isIdentifier(value)) return [value];
    const declared = this.#code.declarationOf(value);
    if (declared && ts.isVariableDeclaration(declared)) return follow(declared.initializer);
    if (!declared || !ts.isParameter(declared)) return [value];
    const position = declared.parent.parameters.indexOf(declared);
    return this.#code.callsOf(declared.parent).flatMap((call) => follow(call.arguments[position]));
  }

  #called({ expression }: ts.CallExpression): ts.Node | undefined {
    const declared = ts.isIdentifier(expression) ? this.#code.declarationOf(expression) : undefined;
    const value = declared && ts.isVariableDeclaration(declared) ? declared.initializer : declared;
    return value && isLazy(value) ? value : undefined;
  }
}

/** What a function may return. */
function returnedBy(called: ts.Node | undefined): ts.Expression[] {
  const body = called && "body" in called ? (called.body as ts.ConciseBody | undefined) : undefined;
  if (!body) return [];
  if (!ts.isBlock(body)) return [body];
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (isLazy(node)) return;
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}
