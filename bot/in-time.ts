/**
 * What the work comes to, or `late` where it takes longer: an acknowledgement that comes after Slack's 3 s is a failure
 * shown to the person. The work itself goes on.
 */
export async function inTime<T>(work: Promise<T>, ms: number, late: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const alarm = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late), ms);
  });
  try {
    return await Promise.race([work, alarm]);
  } finally {
    clearTimeout(timer);
  }
}
