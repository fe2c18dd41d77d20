const REFERENCE = /\$(\$)\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * Fills in `${NAME}` and `${NAME:-default}`, the default also where the variable is empty; `$${` stands for a literal `${`.
 * What a variable holds is never looked at again, so that it can not refer to another one.
 * @returns the text and how many references it had, or the first variable that has neither value nor default
 */
export function expandReferences(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly text: string; readonly references: number } | { readonly missing: string } {
  let missing: string | undefined;
  let references = 0;
  const expanded = text.replace(
    REFERENCE,
    (_, escape: string | undefined, name: string | undefined, fallback: string | undefined) => {
      if (escape !== undefined || name === undefined) return '${';
      references += 1;
      const value = env[name] === '' ? undefined : env[name];
      if (value === undefined && fallback === undefined) missing ??= name;
      return value ?? fallback ?? '';
    },
  );
  return missing === undefined ? { text: expanded, references } : { missing };
}
