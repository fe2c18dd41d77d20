import type { SettingSchema } from './setting-shapes.ts';

/** Lists, whose items a schema can not show: an example each, commented out. */
const EXAMPLES: Readonly<Record<string, string>> = {
  upstreams: `# upstreams:
#   - name: openai
#     shape: openai
#     baseUrl: https://api.openai.com
#     apiKey: \${OPENAI_API_KEY}
#     models: ["*"]
#   - name: anthropic
#     shape: anthropic
#     baseUrl: https://api.anthropic.com
#     apiKey: \${ANTHROPIC_API_KEY}
#     models: ["claude-*"]`,
  witnesses: `# witnesses: []
## witnesses:
##   - name: one
##     url: https://witness.example.org
##     vkeys:
##       - witness.example.org/one+01234567+BA…
##       - witness.example.org/one+89abcdef+Bg…`,
  logs: `# logs: []
## logs:
##   - ledger.example.org/portcullis+01234567+AQ…
##   - ledger.example.org/portcullis+89abcdef+Bg…`,
};

/**
 * A YAML file in which every setting stands commented out (`# `) with its default; explanations start with `## `.
 * @param given settings that are not commented out
 */
export function writeTemplate(
  schema: SettingSchema,
  schemaFile: string,
  title: string,
  given: Readonly<Record<string, string>> = {},
): string {
  const head = [
    `# yaml-language-server: $schema=./${schemaFile}`,
    `## ${title} Every setting is shown with its default. To change one, take the "# " away, also from the part it is in.`,
    '## ${NAME} and ${NAME:-default} read the environment. Names end in their unit: Ms, Bytes.',
    '',
  ];
  const body = Object.entries(schema.properties ?? {}).map(([name, setting]) => {
    const words = `## ${setting.description ?? ''}`;
    if (given[name] !== undefined) return `${words}\n${name}: ${JSON.stringify(given[name])}`;
    const example = EXAMPLES[name];
    return example === undefined ? writeSetting(name, setting, '').join('\n') : `${words}\n${example}`;
  });
  return `${head.join('\n')}\n${body.join('\n\n')}\n`;
}

function writeSetting(name: string, setting: SettingSchema, indent: string): string[] {
  const words = `## ${indent}${setting.description ?? ''}${spellLimits(setting)}`;
  // A setting whose default depends on the machine can not be shown with it.
  if (setting.default === undefined) return [words, `## ${indent}${name}: 4`];
  const isPart =
    setting.properties !== undefined && setting.maxProperties === undefined && name !== 'thresholds';
  if (!isPart) return [words, `# ${indent}${name}: ${spellValue(setting.default)}`];
  const inner = Object.entries(setting.properties ?? {}).flatMap(([key, child]) =>
    writeSetting(key, child, `${indent}  `),
  );
  return [words, `# ${indent}${name}:`, ...inner];
}

function spellLimits(setting: SettingSchema): string {
  if (setting.minimum === undefined || setting.maximum === undefined) return '';
  return ` From ${setting.minimum} to ${setting.maximum}.`;
}

/** JSON is YAML; a map is opened up a little for people. */
function spellValue(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${JSON.stringify(inner)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}
