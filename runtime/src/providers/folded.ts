/** What two spellings of one provider have in common. */
export const folded = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]+/g, '');
