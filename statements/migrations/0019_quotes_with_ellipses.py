"""Adds the shortened form of a quote, and places in recordings and pictures."""

from django.db import migrations, models

FRAGMENT_HELP = "W3C media fragment: t=75,90 or xywh=percent:10,20,30,40"


def fragment():
    return models.CharField(
        "place in a recording or picture", max_length=60, blank=True, help_text=FRAGMENT_HELP
    )


class Migration(migrations.Migration):
    dependencies = [("statements", "0018_positions")]

    operations = [
        migrations.AddField("appearance", "shortened", models.TextField(blank=True)),
        migrations.AddField("evidence", "fragment", fragment()),
        migrations.AddField("evidence", "shortened", models.TextField(blank=True)),
        migrations.AddField("historicalevidence", "fragment", fragment()),
        migrations.AddField("historicalevidence", "shortened", models.TextField(blank=True)),
    ]
