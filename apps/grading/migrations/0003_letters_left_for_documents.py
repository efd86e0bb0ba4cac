from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("grading", "0002_review_and_reconsideration"),
        ("official_documents", "0002_take_over_feedback_letters"),
    ]

    operations = [
        migrations.DeleteModel(name="FeedbackLetter"),
    ]
