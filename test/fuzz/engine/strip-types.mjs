import { register } from 'node:module';

// The fuzzer instruments modules that are JavaScript when its own hook gets them; a hook that is registered before it is asked after
// it, so this one hands it sources whose types are already taken out.
register('./strip-types-hook.mjs', import.meta.url);
