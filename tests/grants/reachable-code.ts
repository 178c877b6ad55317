import ts from "typescript";
import { isLazy, type LazyCode, NamesOfBundle } from "./names-of-bundle.ts";

/** Code that runs once a bundle is loaded and its exports are called, as far as names tell. */
export interface ReachableCode {
  readonly nodes: readonly ts.Node[];
  /** The node that declares what a name stands for. */
  declarationOf(name: ts.Identifier): ts.Declaration | undefined;
  /** The calls of a function, by the node that is the function. */
  callsOf(called: ts.Node): readonly ts.CallExpression[];
}

/**
 * Finds what a bundle can run. A function runs where it stands, or once its name is referred to. A method of an object
 * or a class runs once its name is read somewhere in the code that runs: `pairs.write` keeps every `write`. So more is
 * found than runs, and less only where a member is read by a computed name. Code that `isOurs` denies is not entered: a
 * library is given functions of ours, which count as run, and reads no member of our objects.
 */
export function reachableCode(code: string, isOurs: (node: ts.Node) => boolean): ReachableCode {
  const names = new NamesOfBundle(code);
  const walk = new Walk(names, isOurs);
  walk.start();
  return {
    nodes: walk.nodes,
    declarationOf: (name) => names.declarationOf(name),
    callsOf: (called) => walk.calls.get(called) ?? [],
  };
}

class Walk {
  readonly nodes: ts.Node[] = [];
  readonly calls = new Map<ts.Node, ts.CallExpression[]>();
  readonly #reached = new Set<ts.Node>();
  readonly #read = new Set<string>();
  /** Members whose name was not read yet. */
  readonly #waiting = new Map<string, LazyCode[]>();
  readonly #names: NamesOfBundle;
  readonly #isOurs: (node: ts.Node) => boolean;

  constructor(names: NamesOfBundle, isOurs: (node: ts.Node) => boolean) {
    this.#names = names;
    this.#isOurs = isOurs;
  }

  start(): void {
    for (const statement of this.#names.file.statements) if (this.#isOurs(statement)) this.#visit(statement);
    for (const exported of this.#names.exported()) this.#reach(exported);
  }

  #reach(lazy: LazyCode | undefined): void {
    if (!lazy || this.#reached.has(lazy)) return;
    this.#reached.add(lazy);
    if (!this.#isOurs(lazy)) return;
    if (ts.isClassLike(lazy)) this.#enterClass(lazy);
    else this.#enterFunction(lazy);
  }

  #enterFunction(found: ts.SignatureDeclaration): void {
    for (const { name, initializer } of found.parameters) {
      if (name) this.#visitBinding(name as ts.BindingName);
      if (initializer) this.#visit(initializer);
    }
    if ("body" in found && found.body) this.#visit(found.body);
  }

  #enterClass(found: ts.ClassLikeDeclaration): void {
    for (const clause of found.heritageClauses ?? []) for (const type of clause.types) this.#visit(type);
    for (const member of found.members) {
      if (ts.isPropertyDeclaration(member)) {
        if (member.initializer) this.#visit(member.initializer);
      } else if (ts.isClassStaticBlockDeclaration(member)) this.#visit(member.body);
      else if (isLazy(member)) this.#addMember(member.name, member);
    }
  }

  #addMember(name: ts.PropertyName | undefined, member: LazyCode): void {
    const text = name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined;
    if (text === undefined || this.#read.has(text)) this.#reach(member);
    else this.#waiting.set(text, [...(this.#waiting.get(text) ?? []), member]);
  }

  #readMember(name: string): void {
    this.#read.add(name);
    for (const member of this.#waiting.get(name) ?? []) this.#reach(member);
  }

  readonly #visit = (node: ts.Node): void => {
    this.nodes.push(node);
    if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) return;
    if (ts.isIdentifier(node)) this.#reach(this.#names.lazyOf(node));
    else if (ts.isVariableDeclaration(node)) this.#visitVariable(node);
    else if (isLazy(node)) this.#reach(node);
    else if (ts.isObjectLiteralExpression(node)) node.properties.forEach(this.#visitProperty);
    else if (ts.isPropertyAccessExpression(node)) {
      if (!this.#names.isOfGlobal(node)) this.#readMember(node.name.text);
      this.#visit(node.expression);
    } else {
      if (ts.isElementAccessExpression(node) && ts.isStringLiteral(node.argumentExpression)) {
        this.#readMember(node.argumentExpression.text);
      }
      if (ts.isCallExpression(node)) this.#addCall(node);
      ts.forEachChild(node, this.#visit);
    }
  };

  /** A function that has a name waits until the name is referred to. */
  #visitVariable({ name, initializer }: ts.VariableDeclaration): void {
    this.#visitBinding(name);
    if (initializer && !(ts.isIdentifier(name) && isLazy(initializer))) this.#visit(initializer);
  }

  #visitBinding(name: ts.BindingName): void {
    if (ts.isIdentifier(name)) return;
    for (const element of name.elements) {
      if (ts.isOmittedExpression(element)) continue;
      const property = element.propertyName ?? element.name;
      if (ts.isObjectBindingPattern(name) && ts.isIdentifier(property)) this.#readMember(property.text);
      if (element.initializer) this.#visit(element.initializer);
      this.#visitBinding(element.name);
    }
  }

  readonly #visitProperty = (property: ts.ObjectLiteralElementLike): void => {
    if (ts.isSpreadAssignment(property)) this.#visit(property.expression);
    else if (ts.isShorthandPropertyAssignment(property)) this.#visit(property.name);
    else if (!ts.isPropertyAssignment(property)) this.#addMember(property.name, property);
    else if (isLazy(property.initializer)) this.#addMember(property.name, property.initializer);
    else this.#visit(property.initializer);
    if (property.name && ts.isComputedPropertyName(property.name)) this.#visit(property.name.expression);
  };

  #addCall(call: ts.CallExpression): void {
    const called = ts.isIdentifier(call.expression) ? this.#names.lazyOf(call.expression) : undefined;
    if (called) this.calls.set(called, [...(this.calls.get(called) ?? []), call]);
  }
}
