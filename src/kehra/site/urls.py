"""Every path of the house. Each app owns what stands below its own."""

from django.urls import include, path

from kehra.site.views import about, api, catalogue, gallery, health, home, matter

urlpatterns = [
    path("api/", include(api.urls())),
    path("api/openapi.json", api.description, name="api_description"),
    path("", include("kehra.serve.retention.urls")),
    path("", include("kehra.serve.corrections.urls")),
    path("", include("kehra.serve.records.urls")),
    path("", include("kehra.serve.rights.urls")),
    path("", include("kehra.serve.day_lists.urls")),
    path("", include("kehra.measure.waits.urls")),
    path("", home.home, name="home"),
    path("services/", catalogue.services, name="services"),
    path("services/<int:service_id>/", catalogue.service, name="service"),
    path("sites/<int:site_id>/", catalogue.site, name="site"),
    path("", include("kehra.serve.assessments.urls")),
    path("", include("kehra.serve.booking.urls")),
    path("", include("kehra.serve.interpreting.urls")),
    path("", include("kehra.serve.reach.urls")),
    path("", include("kehra.serve.messages.urls")),
    path("", include("kehra.serve.contacts.urls")),
    path("", include("kehra.kernel.accounts.urls")),
    path("language/", about.language, name="language"),
    path("help/", about.help_page, name="help"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("privacy/", about.privacy, name="privacy"),
    path("about/", about.about, name="about"),
    path("health/", health.health, name="health"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("absences/", include("kehra.serve.absences.urls")),
    path("desk/", include("kehra.serve.tasks.urls")),
    path("matters/<int:matter_id>/", matter.matter, name="matter"),
    path("matters/<int:matter_id>/", include("kehra.serve.matters.urls")),
]

handler400 = "kehra.site.views.errors.bad_request"
handler403 = "kehra.site.views.errors.forbidden"
handler404 = "kehra.site.views.errors.not_found"
handler500 = "kehra.site.views.errors.broken"
