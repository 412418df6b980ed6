/**
 * The field by which a line says that it is an event already, because one of our loggers has written it: our transport,
 * in this process or in another one that reads the lines, leaves it alone.
 */
export const MARK = 'panoptic';
export const RECORDED = 'recorded';
