/** An item of evidence as `POST /v1/cases/:case/evidence` opens it; of its content only findings have templates. */
export type OpenedItem = { readonly content: Readonly<Record<string, string>> | null };

/** The templates among opened evidence, each once: a finding that was spoken again has those of the one before it. */
export function quotedTemplates(opened: readonly OpenedItem[]): string[] {
  const quoted = opened.flatMap(({ content }) =>
    Object.entries(content ?? {}).flatMap(([field, text]) => (field.startsWith('template_') ? [text] : [])),
  );
  return [...new Set(quoted)];
}
