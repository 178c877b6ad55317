import ts from "typescript";

/** Code that runs when it is called, not where it stands. */
export type LazyCode = ts.SignatureDeclaration | ts.ClassLikeDeclaration;

export const isLazy = (node: ts.Node): node is LazyCode => ts.isFunctionLike(node) || ts.isClassLike(node);

/** A bundle's text as a tree, and what the names in it stand for. */
export class NamesOfBundle {
  readonly file: ts.SourceFile;
  readonly #checker: ts.TypeChecker;

  constructor(code: string) {
    const name = "/bundle.mjs";
    this.file = ts.createSourceFile(name, code, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
    const options = { allowJs: true, noLib: true, noResolve: true, types: [] };
    const program = ts.createProgram([name], options, {
      ...ts.createCompilerHost(options),
      getSourceFile: (wanted) => (wanted === name ? this.file : undefined),
      fileExists: (wanted) => wanted === name,
      getCurrentDirectory: () => "/",
    });
    this.#checker = program.getTypeChecker();
  }

  declarationOf(name: ts.Identifier): ts.Declaration | undefined {
    const symbol = ts.isShorthandPropertyAssignment(name.parent)
      ? this.#checker.getShorthandAssignmentValueSymbol(name.parent)
      : this.#checker.getSymbolAtLocation(name);
    return symbol?.declarations?.[0];
  }

  /** The function or class that a name stands for. */
  lazyOf(name: ts.Identifier): LazyCode | undefined {
    return lazyOfDeclaration(this.declarationOf(name));
  }

  /** Whether it is a member of something that JavaScript or Node has: `process.stdout.write`. */
  isOfGlobal({ expression }: ts.PropertyAccessExpression): boolean {
    let root: ts.Expression = expression;
    while (ts.isPropertyAccessExpression(root)) root = root.expression;
    return ts.isIdentifier(root) && this.declarationOf(root) === undefined;
  }

  exported(): LazyCode[] {
    const clauses = this.file.statements
      .filter(ts.isExportDeclaration)
      .map(({ exportClause }) => exportClause);
    return clauses.flatMap((clause) => {
      if (!clause || !ts.isNamedExports(clause)) return [];
      return clause.elements.flatMap((element) => {
        const symbol = this.#checker.getExportSpecifierLocalTargetSymbol(element);
        return lazyOfDeclaration(symbol?.declarations?.[0]) ?? [];
      });
    });
  }
}

function lazyOfDeclaration(declared: ts.Declaration | undefined): LazyCode | undefined {
  if (!declared) return undefined;
  if (isLazy(declared)) return declared;
  const value = ts.isVariableDeclaration(declared) ? declared.initializer : undefined;
  return value && isLazy(value) ? value : undefined;
}
