/** The part of JSON Schema (draft 7) that the settings use. */
export type SettingSchema = {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly pattern?: string;
  readonly enum?: readonly (string | null)[];
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: SettingSchema;
};

/** A part of the file; its settings have defaults of their own, so an empty part is a whole one. */
export function section(
  description: string,
  properties: Readonly<Record<string, SettingSchema>>,
): SettingSchema {
  return { type: 'object', description, default: {}, additionalProperties: false, properties };
}

export function wholeNumber(
  description: string,
  range: { readonly default?: number; readonly minimum: number; readonly maximum: number },
): SettingSchema {
  return { type: 'integer', description, ...range };
}

/** A whole number or null; null is the default. */
export function wholeNumberOrNone(
  description: string,
  range: { readonly default?: number | null; readonly minimum: number; readonly maximum: number },
): SettingSchema {
  return { type: ['integer', 'null'], description, default: null, ...range };
}

export function words(description: string, rest: SettingSchema = {}): SettingSchema {
  return { type: 'string', description, minLength: 1, maxLength: 1024, ...rest };
}

/** Text or null; null is the default. */
export function wordsOrNone(description: string, rest: SettingSchema = {}): SettingSchema {
  return { type: ['string', 'null'], description, default: null, minLength: 1, maxLength: 1024, ...rest };
}
