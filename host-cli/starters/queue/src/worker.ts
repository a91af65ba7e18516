interface Job {
  name: string;
}

export const handler = async (event: { Records: { messageId: string; body: string }[] }) => {
  for (const { messageId, body } of event.Records) {
    const job: Job = JSON.parse(body);
    console.log(`${messageId}: ${job.name}`);
  }
};
