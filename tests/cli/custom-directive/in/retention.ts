export function retention(stage: string): number {
  if (stage !== 'dev') throw new Error(`no retention for ${stage}`);
  return 3600;
}
