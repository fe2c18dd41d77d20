import { type SettingSchema, section, words, wordsOrNone } from './setting-shapes.ts';

/** The organisation's OpenID Connect provider. */
export const openIdSchema: SettingSchema = section(
  'Signing in to the console by an OpenID Connect provider. Operators and their roles stay those of this installation.',
  {
    issuer: wordsOrNone('Its issuer, as its discovery document says; null: nobody signs in that way.', {
      pattern: '^https?://[^\\s?#@]+$',
    }),
    clientId: wordsOrNone('What it knows this installation by.', { pattern: '^[!-~]+$' }),
    clientSecret: wordsOrNone('The secret of that client; write it as an environment reference.', {
      pattern: '^[!-~]+$',
    }),
    operatorClaim: words('The claim that names an operator; email counts only where it is verified.', {
      enum: ['preferred_username', 'email'],
      default: 'preferred_username',
    }),
    domain: wordsOrNone(
      'Where that claim is an address such as ada@example.org: the domain that it must be of. What stands before it names the operator.',
      { pattern: '^[A-Za-z0-9.-]+$', maxLength: 253 },
    ),
  },
);
