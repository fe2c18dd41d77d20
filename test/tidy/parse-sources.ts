import * as ast from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';

export type Import = {
  readonly specifier: string;
  readonly line: number;
  /** Vanishes when types are stripped. */
  readonly typeOnly: boolean;
};

export type ParsedFunction = {
  readonly name: string;
  readonly line: number;
  /** Its first to its last line. */
  readonly allLines: number;
  /** Without the named functions within it, each of which is counted for itself: a factory's closures are its parts. */
  readonly ownLines: number;
  /** The function it is given to, such as `describe`; empty where it is not an argument. */
  readonly argumentOf: string;
};

export type ParsedSource = {
  readonly imports: readonly Import[];
  readonly functions: readonly ParsedFunction[];
  readonly exportedNames: readonly string[];
};

const FOLDER = '/tidy';

/** Parses files with the compiler's own parser, without touching the disk. */
export function parseSources(texts: ReadonlyMap<string, string>): Map<string, ParsedSource> {
  const paths = [...texts.keys()];
  const options = {
    noLib: true,
    noResolve: true,
    types: [],
    allowJs: true,
    module: 'esnext',
    moduleDetection: 'force',
  };
  const files: Record<string, string> = {
    [`${FOLDER}/tsconfig.json`]: JSON.stringify({ compilerOptions: options, files: paths }),
  };
  for (const [path, text] of texts) files[`${FOLDER}/${path}`] = text;
  const api = new API({ cwd: FOLDER, fs: createVirtualFileSystem(files) });
  try {
    const project = api.updateSnapshot({ openProjects: [`${FOLDER}/tsconfig.json`] }).getProjects()[0];
    return new Map(
      paths.map((path) => {
        const file = project?.program.getSourceFile(`${FOLDER}/${path}`);
        if (file === undefined) throw new Error(`${path} was not parsed`);
        return [path, readSource(file)];
      }),
    );
  } finally {
    api.close();
  }
}

function readSource(file: ast.SourceFile): ParsedSource {
  const found = { imports: [] as Import[], functions: [] as ParsedFunction[], exportedNames: [] as string[] };
  const lineOf = (position: number): number => file.getLineAndCharacterOfPosition(position).line + 1;
  const visit = (node: ast.Node, parents: readonly ast.Node[]): void => {
    const line = lineOf(node.getStart(file));
    found.imports.push(...readImport(node, line));
    found.exportedNames.push(...readExports(node, parents));
    if (isFunction(node)) {
      const name = nameOf(node) ?? parents.map(nameOf).findLast((one) => one !== undefined) ?? '(top)';
      const allLines = lineOf(node.end) - line + 1;
      const ownLines = allLines - countNamedWithin(node, lineOf, file);
      found.functions.push({ name, line, allLines, ownLines, argumentOf: calleeOf(parents.at(-1)) });
    }
    node.forEachChild((child) => {
      visit(child, [...parents, node]);
      return undefined;
    });
  };
  visit(file, []);
  return found;
}

function isFunction(node: ast.Node): boolean {
  return (
    ast.isFunctionDeclaration(node) ||
    ast.isFunctionExpression(node) ||
    ast.isArrowFunction(node) ||
    ast.isMethodDeclaration(node) ||
    ast.isConstructorDeclaration(node) ||
    ast.isGetAccessorDeclaration(node) ||
    ast.isSetAccessorDeclaration(node)
  );
}

/** Lines of the outermost named functions within a function: declarations, methods and `const name = () => …`. */
function countNamedWithin(
  node: ast.Node,
  lineOf: (position: number) => number,
  file: ast.SourceFile,
): number {
  let lines = 0;
  node.forEachChild((child) => {
    const isAssigned = ast.isVariableDeclaration(node) || ast.isPropertyAssignment(node);
    const isInner = isFunction(child) && (isAssigned || nameOf(child) !== undefined);
    lines += isInner
      ? lineOf(child.end) - lineOf(child.getStart(file)) + 1
      : countNamedWithin(child, lineOf, file);
    return undefined;
  });
  return lines;
}

function nameOf(node: ast.Node): string | undefined {
  const { name } = node as { name?: ast.Node };
  return name !== undefined && ast.isIdentifier(name) ? name.text : undefined;
}

function calleeOf(node: ast.Node | undefined): string {
  if (node === undefined || !ast.isCallExpression(node)) return '';
  return ast.isIdentifier(node.expression) ? node.expression.text : '';
}

const textOf = (node: ast.Node | undefined): string | undefined =>
  node !== undefined && ast.isStringLiteral(node) ? node.text : undefined;

/** Static and dynamic imports, re-exports, `import('…')` in types, and files named with `new URL('…', import.meta.url)`. */
function readImport(node: ast.Node, line: number): Import[] {
  let specifier: string | undefined;
  let typeOnly = false;
  if (ast.isImportDeclaration(node)) {
    specifier = textOf(node.moduleSpecifier);
    typeOnly = isTypeOnlyImport(node);
  } else if (ast.isExportDeclaration(node)) {
    specifier = textOf(node.moduleSpecifier);
    typeOnly = node.isTypeOnly;
  } else if (ast.isImportTypeNode(node)) {
    specifier = ast.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : undefined;
    typeOnly = true;
  } else if (ast.isCallExpression(node) && node.expression.kind === ast.SyntaxKind.ImportKeyword) {
    specifier = textOf(node.arguments[0]);
  } else if (
    ast.isNewExpression(node) &&
    ast.isIdentifier(node.expression) &&
    node.expression.text === 'URL'
  ) {
    const named = textOf(node.arguments?.[0]) ?? threadFile(node.arguments?.[0]);
    specifier = named?.startsWith('.') === true ? named : undefined;
  }
  return specifier === undefined ? [] : [{ specifier, line, typeOnly }];
}

/** A thread's file is named with the extension of the file that starts it: `./ledger-thread.${extension}`. */
function threadFile(node: ast.Node | undefined): string | undefined {
  if (node === undefined || !ast.isTemplateExpression(node)) return undefined;
  return node.head.text.endsWith('.') ? `${node.head.text}ts` : undefined;
}

function isTypeOnlyImport(node: ast.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ast.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  if (clause.name !== undefined || bindings === undefined || !ast.isNamedImports(bindings)) return false;
  return bindings.elements.length > 0 && bindings.elements.every((element) => element.isTypeOnly);
}

function readExports(node: ast.Node, parents: readonly ast.Node[]): string[] {
  if (ast.isExportSpecifier(node)) return [node.name.text];
  const isTop = parents.length === 1;
  const modifiers = (node as { modifiers?: readonly ast.Node[] }).modifiers ?? [];
  if (!isTop || !modifiers.some((modifier) => modifier.kind === ast.SyntaxKind.ExportKeyword)) return [];
  if (ast.isVariableStatement(node)) {
    return node.declarationList.declarations.flatMap((declaration) => nameOf(declaration) ?? []);
  }
  return [nameOf(node) ?? []].flat();
}
