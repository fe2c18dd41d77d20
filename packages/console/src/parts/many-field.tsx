import { Checkbox } from 'react-aria-components/Checkbox';
import { CheckboxGroup } from 'react-aria-components/CheckboxGroup';
import { Label } from 'react-aria-components/Label';
import type { Choice } from './fields.tsx';

type Props<T extends string> = {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly value: readonly T[];
  readonly onChange: (value: readonly T[]) => void;
};

/** Several of a few. */
export function ManyField<T extends string>({ label, choices, value, onChange }: Props<T>) {
  return (
    <CheckboxGroup className="choice" value={[...value]} onChange={(chosen) => onChange(chosen as T[])}>
      <Label>{label}</Label>
      <div className="choices">
        {choices.map((choice) => (
          <Checkbox key={choice.value} value={choice.value} className="radio">
            <span className="radio-mark square" aria-hidden="true" />
            {choice.label}
          </Checkbox>
        ))}
      </div>
    </CheckboxGroup>
  );
}
