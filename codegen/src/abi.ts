/**
 * Version of the contract with `@panoptic/runtime/instrument`, written into every site of generated code.
 * A copy of the runtime's own number: codegen may import nothing of the runtime but its table of providers.
 */
export const ABI = 1;

/** The one module that generated code imports, unless the host needs another form of it. */
export const INSTRUMENT = '@panoptic/runtime/instrument';
