import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { say } from '../words/say.ts';
import { Button } from './button.tsx';
import { usePreferences } from './preferences.ts';
import { keyOf, SHORTCUTS, type Shortcut, shortcutWord } from './shortcuts.ts';

export function ShortcutHelp({
  isOpen,
  onOpenChange,
}: {
  readonly isOpen: boolean;
  readonly onOpenChange: (open: boolean) => void;
}) {
  const preferences = usePreferences();
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={onOpenChange} isDismissable className="veil">
      <Modal className="modal">
        <Dialog className="dialog">
          {({ close }) => (
            <>
              <Heading slot="title">{say('shortcut.title')}</Heading>
              <p className="note">{say(preferences.shortcutsOn ? 'shortcut.note' : 'shortcut.off')}</p>
              <dl className="keys">
                {(Object.keys(SHORTCUTS) as Shortcut[]).map((shortcut) => (
                  <div key={shortcut}>
                    <dt>
                      <kbd>{keyOf(preferences, shortcut) || say('shortcut.none')}</kbd>
                    </dt>
                    <dd>{say(shortcutWord(shortcut))}</dd>
                  </div>
                ))}
              </dl>
              <Button onPress={close} autoFocus>
                {say('action.close')}
              </Button>
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
