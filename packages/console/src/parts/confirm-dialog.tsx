import type { ReactNode } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { say } from '../words/say.ts';
import { Button } from './button.tsx';

type Props = {
  readonly isOpen: boolean;
  readonly title: string;
  /** What would happen. */
  readonly children: ReactNode;
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
};

/** Asks once more before what many people feel; whoever only presses Enter goes back. */
export function ConfirmDialog({ isOpen, title, children, action, onConfirm, onClose }: Props) {
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={(open) => (open ? undefined : onClose())} className="veil">
      <Modal className="modal">
        <Dialog className="dialog" role="alertdialog">
          <Heading slot="title">{title}</Heading>
          {children}
          <div className="buttons">
            <Button onPress={onClose} autoFocus>
              {say('action.cancel')}
            </Button>
            <Button
              look="grave"
              onPress={() => {
                onClose();
                onConfirm();
              }}
            >
              {action}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
