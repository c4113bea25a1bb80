throw new Error('cannot be loaded');
export const handler = async () => null;
