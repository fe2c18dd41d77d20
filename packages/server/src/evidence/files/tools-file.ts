import type { Json } from '@portcullis/record';
import { billOfMaterials } from '../bill-of-materials.ts';

/** `tools.json`: what made the bundle and what judges it. */
export function toolsFile(version: string): Json {
  const materials = billOfMaterials();
  return {
    exporter: {
      name: 'portcullis',
      version,
      runtime: `node ${process.versions.node}`,
      platform: `${process.platform}-${process.arch}`,
    },
    verifier: {
      name: '@portcullis/verify',
      version: materials.find((each) => each.name === '@portcullis/verify')?.version ?? version,
      note: 'A package of its own that shares no code with the exporter. It is not in the bundle: get it by another way than with the evidence.',
    },
    materials: materials.map((each) => ({ ...each })),
    materialsNote:
      materials.length === 0
        ? 'No lock file was found beside the installed program, so its parts are not listed.'
        : 'Packages that the exporter runs with; integrity is null for parts that were not fetched from a registry.',
  };
}
