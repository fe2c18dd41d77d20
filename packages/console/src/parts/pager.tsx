import { say } from '../words/say.ts';
import { Button } from './button.tsx';

type Props = {
  readonly words: string;
  readonly onBack: (() => void) | undefined;
  readonly onNext: (() => void) | undefined;
};

/** Leads through a list that comes in pages. */
export function Pager({ words, onBack, onNext }: Props) {
  return (
    <nav className="pager" aria-label={say('pager.label')}>
      <span className="note">{words}</span>
      <Button isDisabled={onBack === undefined} onPress={() => onBack?.()}>
        {say('pager.back')}
      </Button>
      <Button isDisabled={onNext === undefined} onPress={() => onNext?.()}>
        {say('pager.next')}
      </Button>
    </nav>
  );
}
