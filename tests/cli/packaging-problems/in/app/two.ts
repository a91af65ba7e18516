import x from 'nothing-here'; 
export default () => { x +  };
