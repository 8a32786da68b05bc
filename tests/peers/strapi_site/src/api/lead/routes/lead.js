module.exports = require('@strapi/strapi').factories.createCoreRouter('api::lead.lead');
