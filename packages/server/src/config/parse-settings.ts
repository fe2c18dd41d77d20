import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { ServerError } from '../server-error.ts';
import { expandReferences } from './expand-references.ts';
import { type SettingPath, schemaAt, spellPath } from './schema-at.ts';
import type { SettingSchema } from './setting-shapes.ts';
import { settingsSchema } from './settings-schema.ts';

/** What a YAML file says, before defaults and checks. */
export type ParsedSettings = {
  readonly settings: Record<string, unknown>;
  /** What the file may hold. */
  readonly schema: SettingSchema;
  /** Paths (as spelled by `spellPath`) whose value came from the environment: never show those. */
  readonly fromEnvironment: ReadonlySet<string>;
  /** The line, from 1, of the setting or of the nearest part around it. With `key`, of that name within it. */
  lineOf(path: SettingPath, key?: string): number;
};

/** The largest file that is read. */
const FILE_CHARACTERS_MAX = 1_048_576;

/**
 * Reads YAML 1.2 (core schema) and fills in `${NAME}` and `${NAME:-default}` in values; `$${` is a literal `${`.
 * @param file its name, for messages
 * @throws ServerError `bad-config` with the line: not YAML, a duplicate name, a variable that is not set
 */
export function parseSettings(
  text: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  schema: SettingSchema = settingsSchema,
): ParsedSettings {
  if (text.length > FILE_CHARACTERS_MAX) {
    throw new ServerError(
      'bad-config',
      `${file} has ${text.length} characters; at most ${FILE_CHARACTERS_MAX} are read.`,
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: 'core',
    version: '1.2',
    prettyErrors: false,
  });
  const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line || 1;
  const broken = document.errors[0] ?? document.warnings[0];
  if (broken !== undefined) {
    throw new ServerError(
      'bad-config',
      `${file}:${lineAt(broken.pos[0])}: not readable as YAML: ${broken.message}`,
    );
  }
  const fromEnvironment = new Set<string>();
  const place = (offset: number | undefined): string => `${file}:${lineAt(offset)}`;
  fillReferences(document, env, schema, fromEnvironment, place);
  return {
    settings: readMap(document, file),
    schema,
    fromEnvironment,
    lineOf: (path, key) => lineAt(findOffset(document, path, key)),
  };
}

function readMap(document: Document, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    // Aliases can multiply a small file into a large value; 100 is far more than settings need.
    value = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch {
    throw new ServerError(
      'bad-config',
      `${file}: too many aliases, or one without an anchor; write the values out.`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ServerError(
      'bad-config',
      `${file}:1: settings are names with values, such as "name: value", one on a line.`,
    );
  }
  return value as Record<string, unknown>;
}

function fillReferences(
  document: Document,
  env: Readonly<Record<string, string | undefined>>,
  schema: SettingSchema,
  fromEnvironment: Set<string>,
  place: (offset: number | undefined) => string,
): void {
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const path = pathOf(node, ancestors as readonly Node[]);
      const expanded = expandReferences(node.value, env);
      if ('missing' in expanded) {
        throw new ServerError(
          'bad-config',
          `${place(node.range?.[0])}: ${spellPath(path)} refers to the environment variable ${expanded.missing}, which is not ` +
            `set. Set it, or give a default: \${${expanded.missing}:-…}.`,
        );
      }
      if (expanded.references > 0) fromEnvironment.add(spellPath(path));
      node.value = asSchemaWants(expanded.text, schemaAt(schema, path));
    },
  });
}

/** The environment has only text; where the setting is a number, a yes or no, or null, it becomes one. */
function asSchemaWants(text: string, setting: SettingSchema | undefined): unknown {
  const wanted = [setting?.type ?? 'string'].flat();
  if (wanted.includes('null') && (text === 'null' || text === '')) return null;
  if ((wanted.includes('integer') || wanted.includes('number')) && /^-?\d+(\.\d+)?$/.test(text))
    return Number(text);
  if (wanted.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function pathOf(node: Node, ancestors: readonly Node[]): SettingPath {
  const path: (string | number)[] = [];
  for (const [depth, ancestor] of ancestors.entries()) {
    const child: unknown = ancestors[depth + 1] ?? node;
    const inner = ancestor as unknown as { readonly key?: unknown; readonly items?: readonly unknown[] };
    if (isNode(inner.key)) path.push(String(isScalar(inner.key) ? inner.key.value : '?'));
    else if (inner.items !== undefined && !isMap(ancestor)) path.push(inner.items.indexOf(child));
  }
  return path;
}

/** Where a setting, or the nearest part around it, stands in the text. */
function findOffset(document: Document, path: SettingPath, key?: string): number | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (!isNode(node))
    return path.length === 0 ? 0 : findOffset(document, path.slice(0, -1), String(path.at(-1)));
  if (key !== undefined && isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    if (pair !== undefined && isNode(pair.key)) return pair.key.range?.[0];
  }
  return node.range?.[0];
}
