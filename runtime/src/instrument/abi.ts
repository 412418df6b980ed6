/**
 * Version of the contract between generated code and `@panoptic/runtime/instrument`.
 * It moves when generated code of an older plugin could no longer run on this runtime.
 */
export const ABI = 1;
