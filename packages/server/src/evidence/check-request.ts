import { checkText } from '../accounts/checks.ts';
import { ServerError } from '../server-error.ts';
import type { ExportRequest } from './evidence-ports.ts';

const TEXT_CHARS_MAX = 600;

/**
 * The request with its texts trimmed. They are as strict as the verifier is: one without a letter or digit would make a bundle that fails.
 * @throws ServerError `bad-request` naming what is missing, too long or says nothing
 */
export function checkRequest(request: ExportRequest): ExportRequest {
  const said = (text: string, name: string) => checkText(text, `An export’s ${name}`, 1, TEXT_CHARS_MAX);
  const texts = {
    requester: said(request.requester, 'requester'),
    purpose: said(request.purpose, 'purpose'),
    legalBasis: said(request.legalBasis, 'legal basis'),
  };
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(request.caseId))
    throw new ServerError('bad-request', 'That is no name of a case. List them: portcullis case list.');
  const { disclose = 'examples', complete = 'auto' } = request;
  if (!['examples', 'all', 'none'].includes(disclose))
    throw new ServerError('bad-request', 'What to disclose must be one of examples, all, none.');
  if (complete !== 'auto' && typeof complete !== 'boolean')
    throw new ServerError('bad-request', 'Completeness must be true, false or auto.');
  return { ...request, ...texts };
}
