import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';

const table = new DynamoDBClient({});

export const handler = async () => {
  const { Items = [] } = await table.send(new ScanCommand({ TableName: process.env.STP_NOTES_NAME, Limit: 50 }));
  return { statusCode: 200, body: JSON.stringify(Items.map((item) => ({ id: item.id?.S, text: item.text?.S }))) };
};
