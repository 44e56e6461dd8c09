"""What staff answered is in the log in words: by the fields' labels, readable, and without what they left empty."""

from django import forms

from apps.goods.models import Brand
from apps.goods.tests.factories import BrandFactory
from xadmin_compat.answers import in_words


class Questions(forms.Form):
    amount = forms.DecimalField(label="金额", required=False)
    restock = forms.BooleanField(label="重新上架", required=False)
    reason = forms.ChoiceField(label="原因", choices=[("damaged", "破损"), ("other", "其他")])
    brand = forms.ModelChoiceField(Brand.objects.all(), label="品牌", required=False)
    brands = forms.ModelMultipleChoiceField(Brand.objects.all(), required=False)
    pieces = forms.IntegerField(label="件数", required=False)


def told(**answers: object) -> str:
    form = Questions(answers)
    assert form.is_valid()
    return in_words("退款", form)


def test_what_was_left_empty_is_left_out(db: None) -> None:
    assert told(reason="other") == "退款; 重新上架: 否; 原因: 其他"


def test_answers_are_told_by_label_and_as_staff_read_them(db: None) -> None:
    one, two = BrandFactory(name="甲"), BrandFactory(name="乙")
    said = told(amount="3.30", restock="on", reason="damaged", brand=one.pk, brands=[one.pk, two.pk], pieces="0")
    assert said in {
        f"退款; 金额: 3.30; 重新上架: 是; 原因: 破损; 品牌: 甲; Brands: {them}; 件数: 0"
        for them in ("甲, 乙", "乙, 甲")
    }
