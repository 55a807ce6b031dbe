"""The models a service offers: which there are, what they can do, cost and take."""

from workbench.session.models.catalogue import ModelCatalogue as ModelCatalogue
