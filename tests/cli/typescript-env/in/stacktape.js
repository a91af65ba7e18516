module.exports = { resources: {}, variables: { flag: process.env.MY_FLAG } };
