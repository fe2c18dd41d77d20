import type { ReactNode } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField, type TextFieldProps } from 'react-aria-components/TextField';
import { say } from '../words/say.ts';

type FieldProps = TextFieldProps & { readonly label: string; readonly help?: string };

export function LineField({ label, help, ...rest }: FieldProps) {
  return (
    <TextField {...rest} className="field">
      <Label>{label}</Label>
      <Input className="input" />
      {help === undefined ? null : <Text slot="description">{help}</Text>}
      <FieldError />
    </TextField>
  );
}

/** Least and most characters of reasons, as the server holds them. */
const REASONS = { min: 20, max: 2000 } as const;

type ReasonsProps = FieldProps & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly charsMax?: number;
};

/** Reasons in words: the ledger keeps them, so the page says beforehand how long they must be. */
export function ReasonsField({ label, help, value, onChange, charsMax = REASONS.max }: ReasonsProps) {
  const missing = Math.max(0, REASONS.min - value.trim().length);
  return (
    <TextField className="field" value={value} onChange={onChange} isRequired maxLength={charsMax}>
      <Label>{label}</Label>
      <TextArea className="input" rows={4} />
      <Text slot="description">
        {missing > 0
          ? say('field.reasons.missing', { count: missing })
          : (help ?? say('field.reasons.enough'))}
      </Text>
      <FieldError />
    </TextField>
  );
}

export const reasonsAreEnough = (text: string): boolean => text.trim().length >= REASONS.min;

export type Choice<T extends string> = { readonly value: T; readonly label: string; readonly help?: string };
type ChoiceProps<T extends string> = {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T | null;
  readonly onChange: (value: T) => void;
  readonly aside?: ReactNode;
};

export function ChoiceField<T extends string>({ label, choices, value, onChange }: ChoiceProps<T>) {
  return (
    <RadioGroup className="choice" value={value} onChange={(chosen) => onChange(chosen as T)} isRequired>
      <Label>{label}</Label>
      <div className="choices">
        {choices.map((choice) => (
          <Radio key={choice.value} value={choice.value} className="radio">
            <span className="radio-mark" aria-hidden="true" />
            <span>
              {choice.label}
              {choice.help === undefined ? null : <small>{choice.help}</small>}
            </span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
