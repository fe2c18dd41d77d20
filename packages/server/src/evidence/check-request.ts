import { ServerError } from '../server-error.ts';
import type { ExportRequest } from './evidence-ports.ts';

const TEXT_CHARS_MAX = 600;

/** @throws ServerError `bad-request` naming what is missing or too long */
export function checkRequest(request: ExportRequest): void {
  const texts = { requester: request.requester, purpose: request.purpose, legalBasis: request.legalBasis };
  for (const [name, text] of Object.entries(texts)) {
    if (
      typeof text !== 'string' ||
      text.trim() === '' ||
      text.length > TEXT_CHARS_MAX ||
      !text.isWellFormed()
    )
      throw new ServerError('bad-request', `An export needs ${name}: 1 to ${TEXT_CHARS_MAX} characters.`);
  }
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(request.caseId))
    throw new ServerError('bad-request', 'That is no name of a case. List them: portcullis case list.');
  const { disclose = 'examples', complete = 'auto' } = request;
  if (!['examples', 'all', 'none'].includes(disclose))
    throw new ServerError('bad-request', 'What to disclose must be one of examples, all, none.');
  if (complete !== 'auto' && typeof complete !== 'boolean')
    throw new ServerError('bad-request', 'Completeness must be true, false or auto.');
}
