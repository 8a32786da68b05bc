module.exports = require('@strapi/strapi').factories.createCoreService('api::lead.lead');
