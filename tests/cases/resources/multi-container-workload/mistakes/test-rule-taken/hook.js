exports.default = async () => ({ hookStatus: 'SUCCEEDED' });
