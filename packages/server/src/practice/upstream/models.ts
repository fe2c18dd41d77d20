import type { Answer } from './answer.ts';
import { readText } from './fields.ts';
import type { JsonObject } from './json.ts';
import { type ApiShape, PracticeRefusal } from './refusal.ts';

/** The names a practice upstream answers to unless it is given others. A name with `embed` in it embeds, others talk. */
export const practiceModels: readonly string[] = ['practice-small', 'practice-large', 'practice-embed'];

/** 2026-01-01T00:00:00Z: the practice models were never trained, so any fixed date will do. */
const createdSeconds = 1_767_225_600;

/** The body's `model`, or 404 for one that is not served or does not do `task`. */
export function readModel(body: JsonObject, models: readonly string[], task: 'talk' | 'embed'): string {
  const model = readText(body, 'model');
  if (!models.includes(model)) throw unknownModel(model);
  if (model.includes('embed') !== (task === 'embed')) {
    const served = task === 'embed' ? 'does not embed' : 'only embeds';
    throw new PracticeRefusal(404, 'model_not_found', `The model '${model}' ${served}.`, 'model');
  }
  return model;
}

/** `GET /v1/models`, in the shape of the asking API. */
export function listModels(shape: ApiShape, models: readonly string[]): Answer {
  const data = models.map((id) => describeModel(shape, id));
  const body: JsonObject =
    shape === 'openai'
      ? { object: 'list', data }
      : { data, has_more: false, first_id: models[0] ?? null, last_id: models.at(-1) ?? null };
  return { kind: 'json', status: 200, body };
}

/** `GET /v1/models/ID`. */
export function showModel(shape: ApiShape, models: readonly string[], id: string): Answer {
  if (!models.includes(id)) throw unknownModel(id);
  return { kind: 'json', status: 200, body: describeModel(shape, id) };
}

function unknownModel(id: string): PracticeRefusal {
  const shown = id.slice(0, 100);
  return new PracticeRefusal(
    404,
    'model_not_found',
    `The model '${shown}' does not exist; ask /v1/models.`,
    'model',
  );
}

function describeModel(shape: ApiShape, id: string): JsonObject {
  if (shape === 'openai') {
    return { id, object: 'model', created: createdSeconds, owned_by: 'portcullis-practice' };
  }
  return {
    type: 'model',
    id,
    display_name: `${id} (practice, not a model)`,
    created_at: new Date(createdSeconds * 1000).toISOString(),
    capabilities: null,
    deprecated_at: null,
    lifecycle: 'active',
    line: null,
    max_input_tokens: 200_000,
    max_tokens: 64_000,
    retires_at: null,
  };
}
